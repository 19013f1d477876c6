WITH
-- include: dates
, termes AS (
    SELECT r.relation_id, r.relation_code, r.role_code, r.fondement, r.figure_id, r.source_file,
        r.source_line, f.value_text, d.debut,
        CASE r.mesure_code WHEN 'debut' THEN d.debut_fin ELSE d.fin END AS fin
    FROM chiffres_relations r
    JOIN published_figures f ON f.figure_id = r.figure_id
    JOIN dates d ON d.figure_id = r.figure_id
    WHERE r.relation_code IN ('meme_date', 'ordre_dates')
)
SELECT c.relation_id AS cle, c.source_file, c.source_line, 'value_text' AS colonne,
    CASE c.relation_code WHEN 'meme_date' THEN 'la date ' ELSE 'pas avant ' END || t.value_text
        || ' (' || t.figure_id || ') : ' || c.fondement AS attendu,
    c.value_text || ' (' || c.figure_id || ')' AS trouve,
    CASE c.relation_code
        WHEN 'meme_date' THEN c.debut <= t.fin AND c.fin >= t.debut
        ELSE c.fin >= t.debut
    END AS ok
FROM termes c
JOIN termes t ON t.relation_id = c.relation_id AND t.role_code <> 'cible'
WHERE c.role_code = 'cible'
ORDER BY cle
