SELECT cpts_id AS cle, source_file, source_line, 'regions_nb' AS colonne,
    CAST(length(region_codes) - length(replace(region_codes, ';', '')) + 1 AS VARCHAR) AS attendu,
    CAST(regions_nb AS VARCHAR) AS trouve,
    regions_nb = length(region_codes) - length(replace(region_codes, ';', '')) + 1 AS ok
FROM cpts
ORDER BY cpts_id
