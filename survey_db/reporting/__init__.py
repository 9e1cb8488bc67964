"""Reading a study back: responses, results, figures, tables, report and exports."""
