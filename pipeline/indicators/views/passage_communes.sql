WITH millesimes AS (
    SELECT MIN(annee) AS premiere, MAX(annee) AS derniere FROM communes
),
departs AS (
    SELECT c.* FROM communes c JOIN millesimes m ON c.annee = m.premiere
),
arrivees AS (
    SELECT c.* FROM communes c JOIN millesimes m ON c.annee = m.derniere
),
cibles AS (
    SELECT commune_code AS depart_code, commune_code AS arrivee_code, 'inchangee' AS passage_code
    FROM arrivees
    UNION ALL
    SELECT l.ancien_code, l.commune_code, l.lien_code
    FROM communes_liens l
    JOIN millesimes m ON m.derniere = l.annee_arrivee
    LEFT JOIN arrivees a ON a.commune_code = l.ancien_code
    WHERE m.premiere < m.derniere
        AND ((l.lien_code = 'fusion' AND a.commune_code IS NULL)
            OR (l.lien_code = 'retablissement' AND l.annee_depart = m.premiere))
)
SELECT
    d.commune_code AS depart_code,
    d.annee AS depart_annee,
    d.departement_code AS depart_departement_code,
    d.population_nb AS depart_population_nb,
    d.population_annee AS depart_population_annee,
    a.commune_code AS arrivee_code,
    a.annee AS arrivee_annee,
    a.departement_code AS arrivee_departement_code,
    a.region_code AS arrivee_region_code,
    CASE WHEN a.commune_code IS NULL THEN 'non_placee' ELSE c.passage_code END AS passage_code,
    COUNT(a.commune_code) OVER (PARTITION BY d.commune_code) AS arrivees_nb,
    a.population_nb AS part_numerateur_nb,
    SUM(a.population_nb) OVER (PARTITION BY d.commune_code) AS part_denominateur_nb,
    ROW_NUMBER() OVER (
        PARTITION BY d.commune_code ORDER BY a.population_nb DESC NULLS LAST, a.commune_code
    ) AS rang
FROM departs d
LEFT JOIN cibles c ON c.depart_code = d.commune_code
LEFT JOIN arrivees a ON a.commune_code = c.arrivee_code
ORDER BY depart_code, arrivee_code
