"""Entry point of the app: the server imports it once, and Streamlit runs it for each visitor."""

import gc

import streamlit as st

if __name__ == "__main__":  # for each visitor
    from pages.guard.metrics import timing_page
    from pages.shared.brand import MARK, NAME, dress

    # Whoever comes by a study's link is a listener, and sees nothing but the study.
    listening = "study" in st.query_params
    # Before the navigation, whose icons a browser would fetch from elsewhere as the page's own.
    st.set_page_config(page_icon=MARK, layout="wide")
    page = st.navigation(
        [
            st.Page("pages/home.py", title="Home", icon=":material/home:", default=True),
            st.Page("pages/classify.py", title="Classify", icon=":material/graphic_eq:"),
            st.Page("pages/generate.py", title="Generate", icon=":material/piano:"),
            st.Page("pages/survey.py", title="Take part", icon=":material/hearing:"),
            st.Page("pages/results.py", title="Results", icon=":material/monitoring:"),
            st.Page("pages/models.py", title="Models", icon=":material/leaderboard:"),
            st.Page("pages/studies.py", title="Run a study", icon=":material/science:"),
        ],
        position="hidden" if listening else "top",
    )
    st.set_page_config(page_title="Listening study" if listening else f"{page.title} – {NAME}")
    dress(page.title, alone=listening)
    with timing_page(page.title):
        page.run()
else:  # by the server
    gc.disable()  # until all is loaded, none of which is garbage; `settle` switches it on
    from pages.guard.errors import report_error
    from pages.guard.server import lifespan, middleware, prepare, routes

    prepare()
    app = st.App(
        __file__,
        routes=routes(),
        middleware=middleware(),
        lifespan=lifespan,
        on_script_error=report_error,
    )
