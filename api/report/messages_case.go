package report

import (
	"cmp"
	"strconv"
	"strings"
)

// messagesNode is a part of a feature file: a scenario, a row of one, or a step.
type messagesNode struct {
	keyword                 string
	feature, rule, examples string // The names of those that a scenario and a row are in.
	line                    *int
}

// document passes a feature file: what its scenarios are called, and where they are.
func (m *messagesReader) document() {
	m.json.members(func(name string) {
		if name != "feature" {
			return
		}
		var feature string
		m.json.members(func(name string) {
			switch name {
			case "name":
				feature = cutShort(m.json.text())
			case "children":
				var at []string // The ids of what belongs to the feature, whose name may come later.
				m.json.items(func() { m.child("", &at) })
				for _, id := range at {
					node := m.nodes[id]
					node.feature = feature
					m.nodes[id] = node
				}
			}
		})
	})
}

// child passes a scenario, a background or a rule of a feature.
func (m *messagesReader) child(rule string, ids *[]string) {
	m.json.members(func(name string) {
		switch name {
		case "scenario":
			m.scenario(rule, ids)
		case "rule":
			var title string
			m.json.members(func(name string) {
				switch name {
				case "name":
					title = cutShort(m.json.text())
				case "children":
					m.json.items(func() { m.child(title, ids) })
				}
			})
		case "background":
			m.json.members(func(name string) {
				if name == "steps" {
					m.json.items(m.stepNode)
				}
			})
		}
	})
}

// messagesExamples are the rows of an outline.
type messagesExamples struct {
	name string
	rows []messagesRow
}

type messagesRow struct {
	id   string
	line *int
}

func (m *messagesReader) scenario(rule string, ids *[]string) {
	node := messagesNode{rule: rule}
	var id string
	var examples []messagesExamples
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "keyword":
			node.keyword = m.json.text()
		case "location":
			node.line = m.location()
		case "steps":
			m.json.items(m.stepNode)
		case "examples":
			m.json.items(func() { examples = append(examples, m.examples()) })
		}
	})
	m.node(id, node, ids)
	for _, table := range examples {
		for _, row := range table.rows {
			node.examples, node.line = table.name, row.line
			m.node(row.id, node, ids)
		}
	}
}

func (m *messagesReader) examples() messagesExamples {
	var table messagesExamples
	m.json.members(func(name string) {
		switch name {
		case "name":
			table.name = cutShort(m.json.text())
		case "tableBody":
			m.json.items(func() {
				var row messagesRow
				m.json.members(func(name string) {
					switch name {
					case "id":
						row.id = m.json.text()
					case "location":
						row.line = m.location()
					}
				})
				if m.admit(messagesOverhead) {
					table.rows = append(table.rows, row)
				}
			})
		}
	})
	return table
}

func (m *messagesReader) stepNode() {
	var id, keyword string
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "keyword":
			keyword = m.json.text()
		}
	})
	if m.admitStep() {
		m.node(id, messagesNode{keyword: keyword}, nil)
	}
}

func (m *messagesReader) location() *int {
	var line *int
	m.json.members(func(name string) {
		if name == "line" {
			line = count(m.json.text())
		}
	})
	return line
}

func (m *messagesReader) node(id string, node messagesNode, ids *[]string) {
	node.keyword = cutShort(node.keyword)
	if m.admit(messagesOverhead + len(id) + len(node.keyword) + len(node.rule) + len(node.examples)) {
		m.nodes[id] = node
		if ids != nil {
			*ids = append(*ids, id)
		}
	}
}

func (m *messagesReader) pickle() {
	p := &messagesPickle{steps: map[string]string{}}
	var id string
	var tags []string
	size := 2 * messagesOverhead
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "name":
			p.name = cutShort(m.json.text())
		case "uri":
			p.uri = cutShort(cucumberFile(m.json.text()))
		case "location":
			p.line = m.location()
		case "astNodeIds":
			m.json.items(func() { p.node = m.json.text() })
		case "tags":
			m.json.items(func() {
				if tag := m.tag(); len(tags) < maxFields {
					tags = append(tags, tag)
				}
			})
		case "steps":
			m.json.items(func() { size += m.pickleStep(p) })
		}
	})
	p.tags = cutShort(strings.Join(tags, ", "))
	m.place(p, id)
	if m.admit(size + len(id) + len(p.name) + len(p.folder) + len(p.uri) + len(p.tags)) {
		m.pickles[id] = p
	}
}

// place gives a pickle its group and line, and the name that Cucumber's JSON has
// for it. Pickles come in the order of their file, whatever order they are executed in.
func (m *messagesReader) place(p *messagesPickle, id string) {
	node := m.nodes[p.node]
	if p.line == nil {
		p.line = node.line
	}
	where := id
	if p.line != nil {
		where = strconv.Itoa(*p.line)
	}
	p.folder, p.rule, p.examples = m.folders.of(node.feature, p.uri), node.rule, node.examples
	p.name = m.rows.name(p.uri, p.folder, orUnnamed(cmp.Or(p.name, node.keyword)), where)
}

func (m *messagesReader) tag() string {
	var tag string
	m.json.members(func(name string) {
		if name == "name" {
			tag = m.json.text()
		}
	})
	return tag
}

// pickleStep passes a step of a pickle and returns how much memory it takes.
func (m *messagesReader) pickleStep(p *messagesPickle) int {
	var id, node, text string
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "text":
			text = m.json.text()
		case "astNodeIds":
			if node == "" {
				node = m.json.joined("\n")
			}
		}
	})
	node, _, _ = strings.Cut(node, "\n")
	text = cutShort(trim(strings.TrimRight(m.nodes[node].keyword, " ") + " " + text))
	if len(p.steps) >= maxSteps || !m.admitStep() {
		return 0
	}
	p.steps[id] = text
	return messagesOverhead + len(id) + len(text)
}

// testCase passes how a pickle is executed.
func (m *messagesReader) testCase() {
	c := &messagesCase{steps: map[string]string{}}
	var id string
	size := 2 * messagesOverhead
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "pickleId":
			c.pickle = m.json.text()
		case "testSteps":
			m.json.items(func() {
				var step, of string
				m.json.members(func(name string) {
					switch name {
					case "id":
						step = m.json.text()
					case "pickleStepId", "hookId":
						of = m.json.text()
					}
				})
				if len(c.steps) < maxSteps && m.admitStep() {
					c.steps[step] = of
					size += messagesOverhead + len(step) + len(of)
				}
			})
		}
	})
	if m.admit(size + len(id) + len(c.pickle)) {
		m.cases[id] = c
	}
}

// hook passes what runs before or after scenarios or steps.
func (m *messagesReader) hook() {
	var id, name, kind string
	m.json.members(func(member string) {
		switch member {
		case "id":
			id = m.json.text()
		case "name":
			name = cutShort(m.json.text())
		case "type":
			kind = m.json.text()
		}
	})
	switch {
	case name != "":
	case strings.HasPrefix(kind, "BEFORE_"):
		name = "Before"
	case strings.HasPrefix(kind, "AFTER_"):
		name = "After"
	}
	if m.admit(messagesOverhead + len(id) + len(name)) {
		m.hooks[id] = name
	}
}

// stepName is what a step of a run says, or the name of a hook.
func (m *messagesReader) stepName(r *messagesRun, id string) (name string, isHook bool) {
	if r.of == nil {
		return "Hook", true
	}
	of := r.of.steps[id]
	if p := m.pickles[r.of.pickle]; p != nil && p.steps[of] != "" {
		return p.steps[of], false
	}
	if m.bare > 0 && m.hooks[of] == "" {
		return "Step", false
	}
	return cmp.Or(m.hooks[of], "Hook"), true
}
