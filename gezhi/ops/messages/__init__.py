"""Files of messages that residents sent elsewhere: read row by row (`reading`), understood by a mapping (`mapping`), taken in (`importing`)."""
