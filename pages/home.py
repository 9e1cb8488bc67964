"""The Home page: what this is, and a first thing to hear."""

import streamlit as st

st.title("Generative Music Network")
