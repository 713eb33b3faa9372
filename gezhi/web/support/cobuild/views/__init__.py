"""Pages of the room 共驻共建, a file a theme."""
