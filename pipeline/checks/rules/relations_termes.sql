WITH
-- include: dates
, genres AS (
    SELECT relation_id, count(DISTINCT relation_code) AS n,
        count(*) FILTER (WHERE role_code = 'cible') AS cibles,
        count(*) FILTER (WHERE role_code <> 'cible') AS termes
    FROM chiffres_relations
    GROUP BY relation_id
)
SELECT r.relation_id || '/' || CAST(r.terme_rang AS VARCHAR) AS cle, r.source_file, r.source_line,
    'figure_id' AS colonne,
    'un chiffre du registre qui a cette mesure (' || r.mesure_code
        || '), une seule cible et au moins un terme par relation' AS attendu,
    COALESCE(r.figure_id, 'constante') || ', ' || r.role_code AS trouve,
    g.n = 1 AND g.cibles = 1 AND g.termes >= 1
        AND (r.role_code = 'cible') = (r.terme_rang = 0)
        AND (r.role_code = 'cible') = (r.fondement IS NOT NULL)
        AND CASE r.mesure_code
            WHEN 'constante' THEN r.figure_id IS NULL AND r.role_code <> 'cible'
            WHEN 'borne_basse' THEN COALESCE(f.value_min IS NOT NULL, false)
            WHEN 'borne_haute' THEN COALESCE(f.value_max IS NOT NULL, false)
            WHEN 'valeur' THEN COALESCE(f.value IS NOT NULL, false)
                AND r.relation_code NOT IN ('meme_date', 'ordre_dates')
            ELSE d.figure_id IS NOT NULL AND r.relation_code IN ('meme_date', 'ordre_dates')
        END AS ok
FROM chiffres_relations r
JOIN genres g ON g.relation_id = r.relation_id
LEFT JOIN published_figures f ON f.figure_id = r.figure_id
LEFT JOIN dates d ON d.figure_id = r.figure_id
ORDER BY cle
