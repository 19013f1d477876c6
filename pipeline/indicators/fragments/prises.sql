-- After `bruts`: the slots taken, with the minutes from offer to booking and from booking to start.
-- Instants are read in universal time, the session time of both engines; intervals are avoided,
-- whose hours engines count differently. The zone is dropped once, before years, days, hours and
-- minutes are taken out.
prises_instants AS (
    SELECT
        b.*,
        CAST(mis_en_ligne_utc AS TIMESTAMP) AS mise_le,
        CAST(pris_utc AS TIMESTAMP) AS prise_le,
        CAST(debut_utc AS TIMESTAMP) AS debut_le
    FROM bruts b
    WHERE statut_code IN ('reserve', 'honore', 'absent')
),
prises_datees AS (
    SELECT
        i.*,
        CAST(EXTRACT(YEAR FROM mise_le) AS BIGINT) - 1 AS mise_an_nb,
        CAST(EXTRACT(YEAR FROM prise_le) AS BIGINT) - 1 AS prise_an_nb,
        CAST(EXTRACT(YEAR FROM debut_le) AS BIGINT) - 1 AS debut_an_nb
    FROM prises_instants i
),
prises_minutees AS (
    SELECT
        d.*,
        1440 * (
            365 * mise_an_nb
            + CAST(FLOOR(mise_an_nb / 4e0) AS BIGINT)
            - CAST(FLOOR(mise_an_nb / 100e0) AS BIGINT)
            + CAST(FLOOR(mise_an_nb / 400e0) AS BIGINT)
            + CAST(EXTRACT(DOY FROM mise_le) AS BIGINT)
        )
        + 60 * CAST(EXTRACT(HOUR FROM mise_le) AS BIGINT)
        + CAST(EXTRACT(MINUTE FROM mise_le) AS BIGINT) AS mise_minute_nb,
        1440 * (
            365 * prise_an_nb
            + CAST(FLOOR(prise_an_nb / 4e0) AS BIGINT)
            - CAST(FLOOR(prise_an_nb / 100e0) AS BIGINT)
            + CAST(FLOOR(prise_an_nb / 400e0) AS BIGINT)
            + CAST(EXTRACT(DOY FROM prise_le) AS BIGINT)
        )
        + 60 * CAST(EXTRACT(HOUR FROM prise_le) AS BIGINT)
        + CAST(EXTRACT(MINUTE FROM prise_le) AS BIGINT) AS prise_minute_nb,
        1440 * (
            365 * debut_an_nb
            + CAST(FLOOR(debut_an_nb / 4e0) AS BIGINT)
            - CAST(FLOOR(debut_an_nb / 100e0) AS BIGINT)
            + CAST(FLOOR(debut_an_nb / 400e0) AS BIGINT)
            + CAST(EXTRACT(DOY FROM debut_le) AS BIGINT)
        )
        + 60 * CAST(EXTRACT(HOUR FROM debut_le) AS BIGINT)
        + CAST(EXTRACT(MINUTE FROM debut_le) AS BIGINT) AS debut_minute_nb
    FROM prises_datees d
),
prises AS (
    SELECT
        m.*,
        prise_minute_nb - mise_minute_nb AS offre_prise_minutes_nb,
        debut_minute_nb - prise_minute_nb AS preavis_minutes_nb
    FROM prises_minutees m
),
