-- The whole numbers from 0 to 9 999.
chiffres AS (
    SELECT 0 AS c UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
    UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
),
entiers AS (
    SELECT CAST(m.c * 1000 + s.c * 100 + d.c * 10 + u.c AS BIGINT) AS n
    FROM chiffres m
    CROSS JOIN chiffres s
    CROSS JOIN chiffres d
    CROSS JOIN chiffres u
),
