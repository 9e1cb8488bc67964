"""The listener survey: studies, listeners, their answers, statistics and reports.

Running studies
    `open_store`, `Store`, `read_folder`, `NewStudy`, `NewSample`, `NewSystem`, `StudyWords`,
    `Recruitment`, `Question`
Results
    `summarise`, `StudyStatistics`, `read_study`, `StudyData`, `Filters`, `html_report`
Errors
    `SurveyError`, `DatabaseError`

Importing this package is instant; each name loads its libraries when it is
first used. The stub beside this file lists what is public.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
