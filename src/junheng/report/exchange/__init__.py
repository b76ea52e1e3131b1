"""What an exchange plan is handed out as: a workbook, a letter to each school, and figures for publication."""
