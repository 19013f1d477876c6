SELECT c.relation_id AS cle, c.source_file, c.source_line,
    CASE c.relation_code WHEN 'meme_periode' THEN 'period' ELSE 'population' END AS colonne,
    CASE c.relation_code WHEN 'meme_periode' THEN b.period ELSE b.population END || ' ('
        || b.figure_id || ') : ' || c.fondement AS attendu,
    CASE c.relation_code WHEN 'meme_periode' THEN a.period ELSE a.population END || ' ('
        || a.figure_id || ')' AS trouve,
    CASE c.relation_code
        WHEN 'meme_periode' THEN a.period = b.period
        ELSE lower(a.population) = lower(b.population)
    END AS ok
FROM chiffres_relations c
JOIN chiffres_relations t ON t.relation_id = c.relation_id AND t.role_code <> 'cible'
JOIN published_figures a ON a.figure_id = c.figure_id
JOIN published_figures b ON b.figure_id = t.figure_id
WHERE c.role_code = 'cible' AND c.relation_code IN ('meme_periode', 'meme_champ')
ORDER BY cle
