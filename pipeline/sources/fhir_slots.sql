-- The slots of one block, `brut`: a start or an end that does not parse keeps its text.
SELECT source_line, id, status, CASE WHEN debut_utc IS NULL THEN "start" END AS debut,
    CASE WHEN fin_utc IS NULL OR fin_utc <= debut_utc THEN "end" END AS fin, debut_utc, fin_utc,
    CASE WHEN starts_with(schedule, 'Schedule/') THEN schedule ELSE cle(schedule) END AS schedule,
    codes, updated, nullif({made}, '') AS made
FROM (
    SELECT *, {start} AS debut_utc, {end} AS fin_utc
    FROM brut WHERE resourceType = 'Slot'
)
