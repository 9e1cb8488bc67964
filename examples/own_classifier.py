"""Train a classifier of your own and compare it with one that ships: python own_classifier.py MUSIC.

Any scikit-learn model will do; this one hears nothing but how loud each frequency band is on average.
"""

import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import gmn_core
from gmn_core.features.spectrogram import log_mel


class BandLevels(gmn_core.GenreClassifier):
    """Logistic regression on mean levels of mel bands."""

    name = "band_levels"

    def __init__(self, collection):
        self.features = np.stack([self.levels(gmn_core.load_audio(path)) for path in collection.paths])
        self.model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01))
        self.model.fit(self.features, collection.labels)

    @staticmethod
    def levels(clip):
        return log_mel(clip).mean(axis=1)  # dB, shape (128,)

    def spread(self, shares):
        """Put the shares of the genres that were learned into columns of all ten."""
        columns = [list(self.classes_).index(genre) for genre in self.model.classes_]
        return np.eye(len(self.classes_))[columns].T @ shares

    def classify(self, clip):
        return gmn_core.GenrePrediction(self.spread(self.model.predict_proba([self.levels(clip)])[0]))


collection = gmn_core.load_folder(sys.argv[1])
own = BandLevels(collection)

# Judged on folds that it has not learned from; with artists in `groups`, none is on both sides.
folds = StratifiedGroupKFold(3, shuffle=True, random_state=0)
held_out = cross_val_predict(
    own.model, own.features, collection.labels, groups=collection.groups, cv=folds, method="predict_proba"
)
ours = np.stack([own.spread(row) for row in held_out])
theirs = gmn_core.load_classifier("knn_pretrained").predict_proba(collection.paths)

for name, shares in (("own", ours), ("knn_pretrained", theirs)):
    print(f"{name}: {gmn_core.evaluate(collection.labels, shares).accuracy.value:.0%} right")
print(gmn_core.mcnemar_test(collection.labels, ours, theirs))
