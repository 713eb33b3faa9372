"""Pages of the rooms 组织 and 队伍, a file a theme."""
