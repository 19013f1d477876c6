-- What a FHIR feed says, resource by resource, until its references can be followed.
CREATE TABLE f_lignes (
    source_line BIGINT, "resourceType" VARCHAR, id VARCHAR, status VARCHAR, debut VARCHAR,
    fin VARCHAR, debut_utc TIMESTAMPTZ, fin_utc TIMESTAMPTZ, schedule VARCHAR, codes UBIGINT,
    updated VARCHAR, made VARCHAR, cree VARCHAR, identifiant VARCHAR, acteur VARCHAR,
    acteur_ref VARCHAR, creneau VARCHAR, organisation VARCHAR, postal VARCHAR, liste VARCHAR
);
CREATE TABLE f_codes (
    codes UBIGINT, visible_public BOOLEAN, visible_pro BOOLEAN, visible_snp BOOLEAN,
    visible_cpts BOOLEAN, service VARCHAR, categorie VARCHAR, healthcare VARCHAR,
    reservation VARCHAR, profession VARCHAR, membre VARCHAR, attendu VARCHAR, trouve VARCHAR
);

-- A reference as type and identifier, whatever the server it names.
CREATE OR REPLACE MACRO cle(r) AS CASE
    WHEN r IS NULL OR starts_with(r, '#') THEN NULL
    WHEN regexp_full_match(r, '[A-Za-z]+/[^/]+') THEN r
    ELSE nullif(regexp_extract(r, '([A-Za-z]+/[^/]+)(/_history/[^/]+)?$', 1), '') END;
