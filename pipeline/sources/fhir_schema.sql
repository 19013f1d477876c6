-- What a FHIR feed says, resource by resource, until its references can be followed.
CREATE TABLE f_slots (
    source_line BIGINT, id VARCHAR, status VARCHAR, debut VARCHAR, fin VARCHAR,
    debut_utc TIMESTAMPTZ, fin_utc TIMESTAMPTZ, schedule VARCHAR, codes UBIGINT,
    updated VARCHAR, made VARCHAR
);
CREATE TABLE f_codes (
    codes UBIGINT, visible_public BOOLEAN, visible_pro BOOLEAN, visible_snp BOOLEAN,
    visible_cpts BOOLEAN, service VARCHAR, categorie VARCHAR, healthcare VARCHAR,
    reservation VARCHAR, profession VARCHAR, membre VARCHAR, attendu VARCHAR, trouve VARCHAR
);
CREATE TABLE f_actors (schedule VARCHAR, ref VARCHAR, identifiant VARCHAR);
CREATE TABLE f_people (ref VARCHAR, identifiant VARCHAR);
CREATE TABLE f_roles (
    ref VARCHAR, practitioner VARCHAR, identifiant VARCHAR, organization VARCHAR,
    locations VARCHAR[], postal VARCHAR
);
CREATE TABLE f_locations (ref VARCHAR, identifiant VARCHAR, organization VARCHAR, postal VARCHAR);
CREATE TABLE f_organizations (ref VARCHAR, identifiant VARCHAR, postal VARCHAR);
CREATE TABLE f_services (ref VARCHAR, organization VARCHAR);
CREATE TABLE f_appointments (
    source_line BIGINT, identifiant VARCHAR, status VARCHAR, debut VARCHAR, fin VARCHAR,
    cree VARCHAR, acteur VARCHAR, acteur_ref VARCHAR, slot VARCHAR
);

-- A reference as type and identifier, whatever the server it names.
CREATE OR REPLACE MACRO cle(r) AS CASE
    WHEN r IS NULL OR starts_with(r, '#') THEN NULL
    WHEN regexp_full_match(r, '[A-Za-z]+/[^/]+') THEN r
    ELSE nullif(regexp_extract(r, '([A-Za-z]+/[^/]+)(/_history/[^/]+)?$', 1), '') END;

-- The identifier of a system among several, else the first.
CREATE OR REPLACE MACRO identifiant(liste, systeme) AS coalesce(
    list_filter(liste, lambda x: x.system = systeme)[1].value, liste[1].value
);
