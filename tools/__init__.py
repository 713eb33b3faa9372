"""What `./dev` is made of. Only the standard library, so that it runs before anything is installed.

`messages` alone needs the environment (Babel, Django) and is run inside it.
"""
