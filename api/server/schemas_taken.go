package server

// takenSchemas are a form with result files, and what was made of it (Runboard).
func takenSchemas() map[string]schema {
	problem := objectOf(map[string]schema{
		"file": described(text(), "That it is about, when several are one report."),
		"line": described(atLeast(0), "0 when it is about the whole file."), "text": text(),
		"minor": described(flag(), "No result is missing or doubtful."),
	}, "file")
	return map[string]schema{
		"ResultFiles": objectOf(map[string]schema{
			"files":  described(listOf(schema{"type": "string", "format": "binary"}), "Parts of any other name that are files will do, too."),
			"source": described(filled(), "Made when the project has none of that name."),
			"name":   described(text(), "That of the source when there is none."),
			"config": described(text(), "Name of an existing configuration."), "milestone": described(text(), "Name of an existing milestone."),
			"tags": described(listOf(text()), "Also separated by commas."),
		}, "name", "config", "milestone", "tags"),
		"Taken": objectOf(map[string]schema{
			"id": id(), "url": described(text(), "Page of the run."), "tests": atLeast(0), "files": listOf(ref("TakenFile")),
		}),
		"TakenFile": objectOf(map[string]schema{
			"file": text(), "format": described(text(), "Empty when it is not known."),
			"tests": atLeast(0), "passed": atLeast(0), "failed": atLeast(0), "errors": atLeast(0), "skipped": atLeast(0), "untested": atLeast(0),
			"elapsed":  atLeast(0),
			"error":    described(text(), "Why the file was not read, or not to its end."),
			"line":     described(atLeast(1), "Of the error."),
			"problems": described(listOf(problem), "What was not read as it stands in the file."),
		}, "error", "line"),
	}
}
