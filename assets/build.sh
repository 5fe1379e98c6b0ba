#!/bin/sh
# Rebuilds static/vendor from the locked npm packages. Needs Node; running the portal does not.
set -eu
cd "$(dirname "$0")"
out=../static/vendor

npm ci --no-audit --no-fund
rm -rf "$out"
mkdir -p "$out/images" "$out/licences"

sass="node_modules/.bin/sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules --load-path=."
$sass app.scss "$out/portal.css"
$sass print.scss "$out/print.css"
node_modules/.bin/esbuild portal.js --bundle --minify --format=esm --target=es2020 --log-level=warning --outfile="$out/portal.js"
node_modules/.bin/esbuild supported.js --minify --log-level=warning --outfile="$out/supported.js"

# Only the pictures that the stylesheet names: never the crown, the crest or the favicons of gov.uk.
if grep -qE 'GDS Transport|crest|crown' "$out/portal.css"; then echo "portal.css names the crown or its font" >&2; exit 1; fi
for name in $(grep -o 'images/[a-z0-9-]*\.[a-z]*' "$out/portal.css" | sort -u); do
  cp "node_modules/@ministryofjustice/frontend/moj/assets/$name" "$out/$name" 2>/dev/null ||
    cp "node_modules/govuk-frontend/dist/govuk/assets/$name" "$out/$name"
done
cp licences/* "$out/licences/"
node manifest.mjs "$out"
