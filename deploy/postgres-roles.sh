#!/bin/bash
# Run once by the PostgreSQL image when its data folder is new: the three database roles.
# The owner migrates, app runs the portal, disposer destroys what is due. None is above the rules.
set -euo pipefail

password() { cat "/run/secrets/$1_password"; }

psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --quiet \
  --set owner="$(password portal_owner)" \
  --set app="$(password portal_app)" \
  --set disposer="$(password portal_disposer)" <<'SQL'
CREATE ROLE portal_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'owner';
CREATE ROLE portal_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app';
CREATE ROLE portal_disposer LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'disposer';
CREATE DATABASE portal OWNER portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_app, portal_disposer;
SQL
