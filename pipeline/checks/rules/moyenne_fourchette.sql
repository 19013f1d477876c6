SELECT figure_id AS cle, source_file, source_line, 'value_max' AS colonne,
    'une moyenne : une valeur, ou une fourchette d''un rapport de {{moyenne_rapport_max}} au plus'
        AS attendu,
    CAST(value_min AS VARCHAR) || ' à ' || CAST(value_max AS VARCHAR) AS trouve,
    value_max <= {{moyenne_rapport_max}} * value_min AS ok
FROM published_figures
WHERE statistic = 'mean' AND value_min IS NOT NULL AND value_max IS NOT NULL
ORDER BY cle
