// Writes static/vendor/manifest.json: which versions it was built from, and the hash of each file.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const lock = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
const packages = ["govuk-frontend", "@ministryofjustice/frontend", "sass", "esbuild"];

const versions = Object.fromEntries(
  packages.map((name) => [name, lock[`node_modules/${name}`].version]),
);
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((path) => [path.slice(folder.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")])
  .sort();

const manifest = { versions, sha256: Object.fromEntries(files) };
writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
