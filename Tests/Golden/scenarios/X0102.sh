printf 'let a = "\xff"\n' | converge
