-- Acts of centres, one to a line of a CSV, over three years; one in two hundred is a reversal.
SELECT 'id,centre,departement,patient,effecteur,profession,date,acte,nature,quantite,montant,c2s,ame'
    AS ligne
UNION ALL
SELECT concat_ws(
    ',', i, finess(d, p % 90), d, 'P' || h // 8 % 9000000, rpps(p),
    CASE WHEN h % 10 < 7 THEN 'mg' ELSE 'infirmier' END,
    strftime(DATE '2023-01-01' + CAST(i * 1095 // getvariable('rows') AS INTEGER), '%Y-%m-%d'),
    CASE WHEN h % 10 < 7 THEN 'G' ELSE 'AMI' END,
    CASE WHEN h % 10 < 7 THEN 'consultation_mg' ELSE 'soin_infirmier' END,
    CASE WHEN h % 200 = 0 THEN -1 ELSE 1 END,
    CASE WHEN h % 10 < 7 THEN '25.00' ELSE '6.30' END,
    CASE WHEN h % 9 = 0 THEN 'oui' ELSE 'non' END, 'non'
)
FROM (
    SELECT *, departement(p) AS d
    FROM (SELECT i, h, h // 1009 % 60000 AS p
        FROM (SELECT i, brasse(i) AS h FROM range(getvariable('rows')) r(i)))
)
