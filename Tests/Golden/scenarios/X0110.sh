mkfifo typed
converge <typed >/dev/null & FIRST=$!
exec 3>typed
echo 'let a = 1' >&3
until [ -e .converge/scratch.recipe ]; do sleep 0.05; done
echo 'let b = 2' | converge
exec 3>&-
wait $FIRST
