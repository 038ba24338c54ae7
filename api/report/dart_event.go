package report

import "strings"

// readDart passes one event.
func readDart(j *jsonReader) *dartEvent {
	var e dartEvent
	j.members(func(name string) {
		switch name {
		case "type":
			e.kind = j.text()
		case "time":
			e.time, _ = j.number()
		case "testID":
			e.id = j.text()
		case "suite":
			e.readSuite(j)
		case "group":
			e.readGroup(j)
		case "test":
			e.readTest(j)
		case "message", "error":
			e.message = j.text()
		case "messageType":
			e.messageType = j.text()
		case "stackTrace":
			e.trace = j.text()
		case "isFailure":
			e.isFailure = j.flag()
		case "result":
			e.test.outcome = j.text()
		case "skipped":
			e.test.skip = j.flag()
		case "hidden":
			e.test.hidden = j.flag()
		}
	})
	return &e
}

func (e *dartEvent) readSuite(j *jsonReader) {
	j.members(func(name string) {
		switch name {
		case "id":
			e.id = j.text()
		case "path":
			e.suite = j.text()
		case "platform":
			e.platform = j.text()
		}
	})
}

func (e *dartEvent) readGroup(j *jsonReader) {
	j.members(func(name string) {
		switch name {
		case "id":
			e.id = j.text()
		case "name":
			e.group = j.text()
		}
	})
}

// readTest passes what is known of a test when it begins. Where a helper declares
// it, its root says where it was called.
func (e *dartEvent) readTest(j *jsonReader) {
	var address, rootAddress string
	var line, rootLine *int
	j.members(func(name string) {
		switch name {
		case "id":
			e.id = j.text()
		case "name":
			e.test.name = j.text()
		case "suiteID":
			e.suite = j.text()
		case "groupIDs":
			j.items(func() { e.group = j.text() })
		case "line":
			line = count(j.text())
		case "url":
			address = j.text()
		case "root_line":
			rootLine = count(j.text())
		case "root_url":
			rootAddress = j.text()
		case "metadata":
			j.members(func(name string) {
				if name == "skipReason" {
					e.test.skipReason = j.text()
				}
			})
		}
	})
	switch {
	case rootAddress != "":
		e.test.line = rootLine
	case strings.HasPrefix(address, "file:"):
		e.test.line = line
	}
}
