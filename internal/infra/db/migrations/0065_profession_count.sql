-- +goose Up
-- care/directory: how many active subjects of a profession a territory has, said at each search
CREATE TABLE profession_count (
    territory  TEXT COLLATE "C" NOT NULL,
    profession TEXT COLLATE "C" NOT NULL,
    n          BIGINT NOT NULL,
    PRIMARY KEY (territory, profession)
);
INSERT INTO profession_count (territory, profession, n)
    SELECT territory, profession, count(*) FROM (
        SELECT territory, profession FROM professional WHERE active = TRUE
        UNION ALL SELECT territory, profession FROM structure WHERE active = TRUE AND profession <> '') known
    GROUP BY territory, profession;
