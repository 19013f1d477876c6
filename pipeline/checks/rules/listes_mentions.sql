WITH lues AS (
    -- the article before a name apart: l'Italie, Les Pays Bas
    SELECT m.*,
        regexp_replace(regexp_replace(lower(imprime), '^(les |la |le |l’)', ''), '[ -]', '') AS lu
    FROM mentions m
),
elements AS (
    SELECT objet_id, count(*) AS n, count(DISTINCT lu) AS distincts, min(objet) AS objet,
        min(source_file) AS source_file, min(source_line) AS source_line
    FROM lues
    WHERE genre_code = 'element'
    GROUP BY objet_id
),
autour AS (
    SELECT a.objet_id,
        count(*) FILTER (WHERE a.genre_code = 'valeur_element') AS valeurs,
        max(CASE WHEN a.genre_code = 'nombre_annonce' THEN CAST(a.lu AS INT) END) AS annonce,
        count(*) FILTER (WHERE a.genre_code = 'membre' AND e.objet_id IS NULL) AS manquants,
        count(*) FILTER (WHERE a.genre_code = 'exclu' AND e.objet_id IS NOT NULL) AS en_trop
    FROM lues a
    LEFT JOIN (SELECT DISTINCT objet_id, lu FROM lues WHERE genre_code = 'element') AS e
        ON e.objet_id = a.objet_id AND e.lu = a.lu
    GROUP BY a.objet_id
)
SELECT e.objet_id AS cle, e.source_file, e.source_line, 'imprime' AS colonne,
    'des éléments distincts, au nombre annoncé, une valeur chacun : ' || e.objet AS attendu,
    CAST(e.n AS VARCHAR) || ' éléments dont ' || CAST(e.distincts AS VARCHAR) || ' distincts, '
        || CAST(a.valeurs AS VARCHAR) || ' valeurs, ' || CAST(a.manquants AS VARCHAR)
        || ' manquants, ' || CAST(a.en_trop AS VARCHAR) || ' exclus ailleurs' AS trouve,
    e.n = e.distincts AND a.valeurs IN (0, e.n) AND COALESCE(a.annonce, e.n) = e.n
        AND a.manquants = 0 AND a.en_trop = 0 AS ok
FROM elements e
JOIN autour a ON a.objet_id = e.objet_id
ORDER BY cle
