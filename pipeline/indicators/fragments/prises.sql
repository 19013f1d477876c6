-- After `bruts`: the slots taken, with the minutes from offer to booking and from booking to start.
-- Instants are read in universal time, the session time of both engines; intervals are avoided,
-- whose hours engines count differently.
prises_datees AS (
    SELECT
        b.*,
        CAST(EXTRACT(YEAR FROM mis_en_ligne_utc) AS BIGINT) - 1 AS mise_an_nb,
        CAST(EXTRACT(YEAR FROM pris_utc) AS BIGINT) - 1 AS prise_an_nb,
        CAST(EXTRACT(YEAR FROM debut_utc) AS BIGINT) - 1 AS debut_an_nb
    FROM bruts b
    WHERE statut_code IN ('reserve', 'honore', 'absent')
),
prises_minutees AS (
    SELECT
        d.*,
        1440 * (
            365 * mise_an_nb
            + CAST(FLOOR(mise_an_nb / 4e0) AS BIGINT)
            - CAST(FLOOR(mise_an_nb / 100e0) AS BIGINT)
            + CAST(FLOOR(mise_an_nb / 400e0) AS BIGINT)
            + CAST(EXTRACT(DOY FROM mis_en_ligne_utc) AS BIGINT)
        )
        + 60 * CAST(EXTRACT(HOUR FROM mis_en_ligne_utc) AS BIGINT)
        + CAST(EXTRACT(MINUTE FROM mis_en_ligne_utc) AS BIGINT) AS mise_minute_nb,
        1440 * (
            365 * prise_an_nb
            + CAST(FLOOR(prise_an_nb / 4e0) AS BIGINT)
            - CAST(FLOOR(prise_an_nb / 100e0) AS BIGINT)
            + CAST(FLOOR(prise_an_nb / 400e0) AS BIGINT)
            + CAST(EXTRACT(DOY FROM pris_utc) AS BIGINT)
        )
        + 60 * CAST(EXTRACT(HOUR FROM pris_utc) AS BIGINT)
        + CAST(EXTRACT(MINUTE FROM pris_utc) AS BIGINT) AS prise_minute_nb,
        1440 * (
            365 * debut_an_nb
            + CAST(FLOOR(debut_an_nb / 4e0) AS BIGINT)
            - CAST(FLOOR(debut_an_nb / 100e0) AS BIGINT)
            + CAST(FLOOR(debut_an_nb / 400e0) AS BIGINT)
            + CAST(EXTRACT(DOY FROM debut_utc) AS BIGINT)
        )
        + 60 * CAST(EXTRACT(HOUR FROM debut_utc) AS BIGINT)
        + CAST(EXTRACT(MINUTE FROM debut_utc) AS BIGINT) AS debut_minute_nb
    FROM prises_datees d
),
prises AS (
    SELECT
        m.*,
        prise_minute_nb - mise_minute_nb AS offre_prise_minutes_nb,
        debut_minute_nb - prise_minute_nb AS preavis_minutes_nb
    FROM prises_minutees m
),
