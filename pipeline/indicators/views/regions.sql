-- Names of the regions, which no file shipped gives; the same as the closed list `region`. An
-- apostrophe is put in by its number: engines read a doubled one within a text each in its own way.
SELECT region_code, REPLACE(region_nom, '|', CHR(39)) AS region_nom
FROM (VALUES
    ('01', 'Guadeloupe'),
    ('02', 'Martinique'),
    ('03', 'Guyane'),
    ('04', 'La Réunion'),
    ('06', 'Mayotte'),
    ('11', 'Île-de-France'),
    ('24', 'Centre-Val de Loire'),
    ('27', 'Bourgogne-Franche-Comté'),
    ('28', 'Normandie'),
    ('32', 'Hauts-de-France'),
    ('44', 'Grand Est'),
    ('52', 'Pays de la Loire'),
    ('53', 'Bretagne'),
    ('75', 'Nouvelle-Aquitaine'),
    ('76', 'Occitanie'),
    ('84', 'Auvergne-Rhône-Alpes'),
    ('93', 'Provence-Alpes-Côte d|Azur'),
    ('94', 'Corse')
) AS liste(region_code, region_nom)
ORDER BY region_code
