-- Account of the passage between two editions: what each kind of passage takes in and gives out. A
-- municipality left counts once, under the kind of its largest arrival unless it was split.
WITH departs AS (
    SELECT
        depart_code,
        depart_annee,
        MAX(arrivee_annee) OVER () AS arrivee_annee,
        depart_population_nb,
        CASE WHEN arrivees_nb > 1 THEN 'partage' ELSE passage_code END AS passage_code
    FROM passage_communes
    WHERE rang = 1
),
arrivees AS (
    SELECT
        CASE
            WHEN p.arrivee_code IS NULL THEN 'sans_depart'
            WHEN MAX(p.arrivees_nb) > 1 THEN 'partage'
            WHEN MAX(CASE WHEN p.passage_code = 'fusion' THEN 1 ELSE 0 END) = 1 THEN 'fusion'
            ELSE 'inchangee'
        END AS passage_code,
        c.commune_code,
        c.population_nb
    FROM communes c
    JOIN (SELECT MAX(annee) AS annee FROM communes) d ON d.annee = c.annee
    LEFT JOIN passage_communes p ON p.arrivee_code = c.commune_code
    GROUP BY c.commune_code, c.population_nb, p.arrivee_code
),
entrees AS (
    SELECT passage_code, COUNT(*) AS communes_nb, SUM(depart_population_nb) AS population_nb,
        COUNT(*) FILTER (WHERE depart_population_nb IS NULL) AS sans_nb
    FROM departs
    GROUP BY passage_code
    UNION ALL
    SELECT 'ensemble', COUNT(*), SUM(depart_population_nb),
        COUNT(*) FILTER (WHERE depart_population_nb IS NULL)
    FROM departs
),
sorties AS (
    SELECT passage_code, COUNT(*) AS communes_nb, SUM(population_nb) AS population_nb
    FROM arrivees
    GROUP BY passage_code
    UNION ALL
    SELECT 'ensemble', COUNT(*), SUM(population_nb)
    FROM arrivees
),
sortes AS (
    SELECT passage_code
    FROM (VALUES ('inchangee'), ('fusion'), ('partage'), ('non_placee'), ('sans_depart'),
        ('ensemble')) AS liste(passage_code)
)
SELECT
    s.passage_code,
    (SELECT MIN(annee) FROM communes) AS depart_annee,
    (SELECT MAX(annee) FROM communes) AS arrivee_annee,
    COALESCE(e.communes_nb, 0) AS depart_communes_nb,
    COALESCE(e.sans_nb, 0) AS depart_sans_population_nb,
    CAST(e.population_nb AS BIGINT) AS depart_population_nb,
    COALESCE(o.communes_nb, 0) AS arrivee_communes_nb,
    CAST(o.population_nb AS BIGINT) AS arrivee_population_nb
FROM sortes s
LEFT JOIN entrees e ON e.passage_code = s.passage_code
LEFT JOIN sorties o ON o.passage_code = s.passage_code
ORDER BY s.passage_code
