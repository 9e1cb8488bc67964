"""What a study's responses say, each figure with its uncertainty.

Every statistic is a pure function of a data frame with one row per response
(`survey_db.statistics.selection.COLUMNS` describes its columns) and returns a
frozen dataclass. Where there are too few responses, it returns a `Missing`
that says what is lacking, never a NaN. Intervals are 95% intervals; p-values
are two-sided. `survey_db.statistics.summary.summarise` computes everything.
"""
