-- Who and where, as resources say it.
CREATE TABLE f_actors AS
SELECT schedule, cle(a.reference) AS ref, a.identifier.value AS identifiant
FROM (
    SELECT 'Schedule/' || id AS schedule, unnest(from_json(liste, '{actors}')) AS a
    FROM f_lignes WHERE resourceType = 'Schedule'
);

CREATE TABLE f_people AS
SELECT 'Practitioner/' || id AS ref, identifiant
FROM f_lignes WHERE resourceType = 'Practitioner';

CREATE TABLE f_roles AS
SELECT 'PractitionerRole/' || id AS ref, acteur_ref AS practitioner, identifiant,
    cle(organisation) AS organization,
    list_transform(from_json(liste, '{places}'), lambda x: cle(x.reference)) AS locations, postal
FROM f_lignes WHERE resourceType = 'PractitionerRole';

CREATE TABLE f_locations AS
SELECT 'Location/' || id AS ref, coalesce(identifiant, id) AS identifiant,
    cle(organisation) AS organization, postal
FROM f_lignes WHERE resourceType = 'Location';

CREATE TABLE f_organizations AS
SELECT 'Organization/' || id AS ref, identifiant, postal
FROM f_lignes WHERE resourceType = 'Organization';

CREATE TABLE f_services AS
SELECT 'HealthcareService/' || id AS ref, cle(organisation) AS organization
FROM f_lignes WHERE resourceType = 'HealthcareService';

-- Who and where each schedule is: its practitioner, else the structure of its place.
CREATE TABLE f_places AS
WITH roles AS (
    SELECT a.schedule, r.* FROM f_actors a JOIN f_roles r ON r.ref = a.ref
),
gens AS (
    SELECT a.schedule, p.identifiant FROM f_actors a JOIN f_people p ON p.ref = a.ref
    UNION
    SELECT r.schedule, p.identifiant FROM roles r JOIN f_people p ON p.ref = r.practitioner
    UNION
    SELECT schedule, identifiant FROM roles WHERE identifiant IS NOT NULL
    UNION
    SELECT schedule, identifiant FROM f_actors
    WHERE identifiant IS NOT NULL AND (ref IS NULL OR starts_with(ref, 'Practitioner/'))
),
lieux AS (
    SELECT a.schedule, l.* FROM f_actors a JOIN f_locations l ON l.ref = a.ref
    UNION
    SELECT r.schedule, l.*
    FROM (SELECT schedule, unnest(locations) AS lieu FROM roles) r
    JOIN f_locations l ON l.ref = r.lieu
),
structures AS (
    SELECT l.schedule, o.* FROM lieux l JOIN f_organizations o ON o.ref = l.organization
    UNION
    SELECT r.schedule, o.* FROM roles r JOIN f_organizations o ON o.ref = r.organization
    UNION
    SELECT a.schedule, o.* FROM f_actors a JOIN f_organizations o ON o.ref = a.ref
)
SELECT
    s.schedule, g.praticien, g.praticiens_nb, st.structure, l.lieu,
    coalesce(r.postal, l.postal, st.postal) AS postal
FROM (SELECT DISTINCT schedule FROM f_actors) s
LEFT JOIN (
    SELECT schedule, min(identifiant) AS praticien, count(DISTINCT identifiant) AS praticiens_nb
    FROM gens GROUP BY schedule
) g USING (schedule)
-- Of two postal codes for one identifier, the first in alphabetical order: never the first met.
LEFT JOIN (
    SELECT schedule, min(identifiant) AS lieu,
        arg_min(postal, identifiant || ' ' || postal) AS postal
    FROM lieux GROUP BY schedule
) l USING (schedule)
LEFT JOIN (
    SELECT schedule, min(identifiant) AS structure,
        arg_min(postal, identifiant || ' ' || postal) AS postal
    FROM structures GROUP BY schedule
) st USING (schedule)
LEFT JOIN (SELECT schedule, min(postal) AS postal FROM roles GROUP BY schedule) r USING (schedule);

-- The CPTS a service belongs to.
CREATE TABLE f_cpts AS
SELECT s.ref AS healthcare, min(o.identifiant) AS finess
FROM f_services s JOIN f_organizations o ON o.ref = s.organization
GROUP BY s.ref;

-- Who appears in appointments by a reference alone.
CREATE TABLE f_named AS
SELECT ref, min(identifiant) AS identifiant
FROM (
    SELECT ref, identifiant FROM f_people
    UNION ALL
    SELECT r.ref, coalesce(r.identifiant, p.identifiant)
    FROM f_roles r LEFT JOIN f_people p ON p.ref = r.practitioner
    UNION ALL
    SELECT l.ref, o.identifiant FROM f_locations l JOIN f_organizations o ON o.ref = l.organization
)
GROUP BY ref;
