-- One case by extract, file and system of coordinates: every place lies in the extent of its system.
WITH places AS (
    SELECT date_extraction, source_file, coord_crs, source_line,
        longitude_deg IS NOT NULL AS dedans
    FROM etablissements
    WHERE coord_crs IS NOT NULL
)
SELECT CAST(date_extraction AS VARCHAR) || '/' || coord_crs || '/' || source_file AS cle,
    source_file, coalesce(min(source_line) FILTER (WHERE NOT dedans), min(source_line))
        AS source_line,
    'coord_x_m' AS colonne, 'des coordonnées dans l''étendue de ' || coord_crs AS attendu,
    CAST(count(*) FILTER (WHERE NOT dedans) AS VARCHAR) || ' dehors sur '
        || CAST(count(*) AS VARCHAR) AS trouve,
    bool_and(dedans) AS ok
FROM places
GROUP BY date_extraction, source_file, coord_crs
ORDER BY cle
