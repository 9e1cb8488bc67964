"""Entry point of the app: page configuration and navigation, nothing else."""

import streamlit as st

st.set_page_config(page_title="Generative Music Network", page_icon="🎼", layout="wide")

st.navigation(
    [
        st.Page("pages/classify.py", title="Classify", icon=":material/graphic_eq:", default=True),
    ]
).run()
