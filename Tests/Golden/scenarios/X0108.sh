printf 'help appply\n' | converge
