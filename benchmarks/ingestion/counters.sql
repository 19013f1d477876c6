-- Counters of the platform, one JSON object to a line, over two years of the whole country.
SELECT to_json({
    'id': lpad(CAST(i AS VARCHAR), 12, '0'),
    'cpts': finess(d, p % 90),
    'departement_code': d,
    'effecteur': rpps(p),
    'profession_code': CASE WHEN h % 10 < 9 THEN 'medecin_generaliste' ELSE 'infirmier' END,
    'service_code': CASE h % 7 WHEN 0 THEN 'teleconsultation' ELSE 'cabinet' END,
    'type': CASE h % 3 WHEN 0 THEN 'creneau' WHEN 1 THEN 'plage' ELSE 'surnumeraire' END,
    'start': instant(t),
    'end': instant(t + INTERVAL 20 MINUTE),
    'max_patients': CASE WHEN h % 50 = 0 THEN -1 ELSE 2 + h % 5 END,
    'orientation_count': h % 3
}) AS ligne
FROM (
    SELECT *, departement(p) AS d, TIMESTAMP '2024-01-01 08:00:00'
        + to_days(CAST(i * 730 // getvariable('rows') AS INTEGER)) + to_minutes(h // 7 % 600) AS t
    FROM (SELECT i, h, h // 1009 % 60000 AS p
        FROM (SELECT i, brasse(i) AS h FROM range(getvariable('rows')) r(i)))
)
