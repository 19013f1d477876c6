WITH lues AS (
    -- case, spaces and full stops apart
    SELECT m.*, lower(replace(replace(imprime, ' ', ''), '.', '')) AS lu
    FROM mentions m
    WHERE genre_code NOT IN ('renvoi', 'element', 'valeur_element', 'nombre_annonce', 'membre',
        'exclu')
),
comparees AS (
    -- the first mention beside the first one that differs
    SELECT a.objet_id, a.objet, a.imprime, a.document_line, a.source_file, a.source_line,
        b.imprime AS autre, b.document_line AS autre_ligne,
        ROW_NUMBER() OVER (PARTITION BY a.objet_id ORDER BY b.rang) AS n
    FROM lues a
    LEFT JOIN lues b ON b.objet_id = a.objet_id AND b.lu <> a.lu
    WHERE a.rang = 1
)
SELECT objet_id AS cle, source_file, source_line, 'imprime' AS colonne,
    '« ' || imprime || ' » (l. ' || CAST(document_line AS VARCHAR) || ') partout : ' || objet
        AS attendu,
    COALESCE('« ' || autre || ' » (l. ' || CAST(autre_ligne AS VARCHAR) || ')', 'la même forme')
        AS trouve,
    autre IS NULL AS ok
FROM comparees
WHERE n = 1
ORDER BY cle
