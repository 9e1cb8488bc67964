"""Classify a folder and draw the confusion matrix: python classify_folder.py MUSIC CONFUSION.html."""

import sys

import gmn_core

music, drawing = sys.argv[1:]

# MUSIC holds folders named after genres, which hold audio files.
collection = gmn_core.load_folder(music)
classifier = gmn_core.load_classifier("cnn_pretrained")
shares = classifier.predict_proba(collection.paths)

evaluation = gmn_core.evaluate(collection.labels, shares)
right = evaluation.accuracy
print(f"{right.n_right} of {right.n} right: {right.value:.0%} [{right.low:.0%}, {right.high:.0%}]")
for path, label, verdict in zip(collection.paths, collection.labels, classifier.classes_[shares.argmax(1)]):
    if verdict != label:
        print(f"{path}: {verdict}")

gmn_core.figures.confusion(evaluation.confusion).write_html(drawing)
