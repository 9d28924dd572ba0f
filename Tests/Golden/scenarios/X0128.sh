cat > shop.recipe <<'RECIPE'
param token: Secret<String> = secret("SHOP_TOKEN")

workflow release {
  step allow: Approve { text: "release it?" }
  step ship: Shell { @needs: [allow], run: "true", env: { TOKEN: token } }
}
RECIPE
export SHOP_TOKEN=never-shown-1
converge run shop.recipe --yes >log.txt 2>&1
converge approve run-1 --why "the token is never-shown-1"
