// Checks that run inside a page; most give a list of findings with the element concerned,
// empty when all is well.
const checks = {
  // A user who zooms in until 320 CSS pixels remain reads without scrolling sideways (WCAG 1.4.10); a wide table
  // scrolls inside its own region.
  overflow() {
    const width = document.documentElement.clientWidth
    const found = [...document.body.querySelectorAll("*")]
      .filter((element) => isSeen(element) && !ancestors(element).some(scrollsSideways) && !isAway(element))
      .filter((element) => {
        const box = element.getBoundingClientRect()
        return box.right > width + 1 || box.left < -1
      })
      .map((element) => ["something sticks out of the page", element])
    for (const region of [...document.body.querySelectorAll("*")].filter(scrollsSideways)) {
      const hidden = region.scrollWidth - region.clientWidth
      if (hidden > 0 && hidden < 24) found.push(["a few pixels are hidden in a region that scrolls sideways", region])
    }
    if (document.scrollingElement.scrollWidth > width) found.push(["the page scrolls sideways", document.body])
    return found
  },

  // The newest period is in sight without scrolling, on a small screen too; what passes below it shows only left of it,
  // where its shadow tells that it goes on.
  newest() {
    const found = []
    for (const header of [...document.querySelectorAll(".over-time thead th:last-child")].filter(isSeen)) {
      const region = ancestors(header).find(scrollsSideways)
      const frame = region.getBoundingClientRect()
      const box = header.getBoundingClientRect()
      if (box.left < frame.left || textBox(header).right > frame.right) found.push(["the newest period is out of sight", header])
      if (header.closest("table").getBoundingClientRect().right > frame.right + 2) {
        found.push(["a wide table does not begin at its newest periods", header])
      }
      const start = region.scrollLeft
      region.scrollLeft = -region.scrollWidth
      const isAbove = region.scrollWidth - region.clientWidth > 1
      const { right } = header.getBoundingClientRect()
      const shadow = getComputedStyle(header, "::before")
      region.scrollLeft = start
      if (!isAbove) continue
      if (right < frame.right + 0.5) found.push(["figures can come out at the right of the newest period", header])
      if (shadow.content === "none" || !(parseFloat(shadow.width) >= 4)) {
        found.push(["nothing tells that figures go on below the newest period", header])
      }
    }
    return found
  },

  // No text disappears when it is made larger (WCAG 1.4.4, 1.4.12).
  clipped() {
    return [...document.body.querySelectorAll("*")]
      .filter((element) => isSeen(element) && hasOwnText(element) && !isAway(element) && element.tagName !== "SELECT")
      .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX)
        && element.scrollWidth > element.clientWidth + 1)
      .map((element) => ["a text is cut off", element])
  },

  // Two blocks of text do not lie over each other.
  overlaps() {
    const texts = [...document.body.querySelectorAll("main *, header *, footer *")]
      .filter((element) => isSeen(element) && hasOwnText(element) && !isAway(element) && !element.closest("svg"))
      .filter((element) => getComputedStyle(element).display !== "inline" && !ancestors(element).some(scrollsSideways))
    const found = []
    texts.forEach((one, index) => {
      for (const other of texts.slice(index + 1, index + 40)) {
        if (one.contains(other) || other.contains(one)) continue
        const { wide, high } = common(textBox(one), textBox(other))
        if (wide > 3 && high > 3) found.push(["two texts lie over each other", one])
      }
    })
    return found
  },

  // What is pressed is 24 by 24 pixels, or a circle of 24 around it touches nothing else (WCAG 2.5.8).
  targets() {
    const all = interactive().map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom + scrollY > 0)
    const small = all.filter(({ element, box }) => (box.width < 24 || box.height < 24) && !isInSentence(element))
    const middle = ({ box }) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2]
    return small.filter((one) => all.some((other) => {
      if (other.element.contains(one.element)) return false
      const [x, y] = middle(one)
      const near = small.includes(other) && Math.hypot(x - middle(other)[0], y - middle(other)[1]) < 24
      const aside = Math.max(other.box.left - x, 0, x - other.box.right)
      const away = Math.max(other.box.top - y, 0, y - other.box.bottom)
      return near || Math.hypot(aside, away) < 12
    })).map(({ element }) => ["a target is smaller than 24 pixels and has another too near", element])
  },

  // Whoever uses the keyboard sees where they are (WCAG 2.4.7, 1.4.11, 2.4.11); called after a real key press.
  focus() {
    const found = []
    for (const element of interactive()) {
      if (element.tabIndex > 0) found.push(["a tabindex is above 0", element])
      element.focus()
      if (document.activeElement !== element) {
        found.push(["something cannot have the focus", element])
        continue
      }
      const style = getComputedStyle(element)
      if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) {
        found.push(["the focus is not shown", element])
      } else if (contrast(style.outlineColor, background(element.parentElement)) < 3) {
        found.push(["the colour of the focus is too near to what is around it", element])
      }
      const box = element.getBoundingClientRect()
      if (box.bottom <= 0 || box.top >= innerHeight) found.push(["the focus is out of sight", element])
    }
    document.activeElement.blur()
    scrollTo(0, 0)
    return found
  },

  // Words in drawings are as legible as other words (WCAG 1.4.3), which the rules of axe do not see.
  drawings() {
    const found = []
    for (const drawing of [...document.querySelectorAll("svg")].filter(isSeen)) {
      const frame = drawing.getBoundingClientRect()
      if (!drawing.querySelector(":scope > title") && drawing.getAttribute("aria-hidden") !== "true") {
        found.push(["a drawing has no title", drawing])
      }
      const texts = [...drawing.querySelectorAll("text")].filter(isSeen)
      const boxes = texts.map((text) => text.getBoundingClientRect())
      texts.forEach((text, index) => {
        const style = getComputedStyle(text)
        const box = boxes[index]
        // What lies right under the word: the tile of a map, or the page.
        const under = [...drawing.querySelectorAll("rect")].filter((rect) => {
          const around = rect.getBoundingClientRect()
          return rect.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING && getComputedStyle(rect).fill !== "none" &&
            !getComputedStyle(rect).fill.startsWith("url") && around.left <= box.left && around.right >= box.right &&
            around.top <= box.top && around.bottom >= box.bottom
        }).pop()
        if (contrast(style.fill, under ? getComputedStyle(under).fill : background(drawing)) < 4.5) found.push(["words in a drawing are too pale", text])
        if (parseFloat(style.fontSize) * text.getScreenCTM().a < 11) {
          found.push(["words in a drawing are lower than 11 pixels", text])
        }
        if (box.left < frame.left - 1 || box.right > frame.right + 1) {
          found.push(["words stick out of a drawing", text])
        }
        if (boxes.slice(index + 1).some((other) => common(box, other).wide > 1 && common(box, other).high > 4)) {
          found.push(["words in a drawing lie over each other", text])
        }
      })
    }
    return found
  },

  // Readers who choose their own colours get them in drawings too; called with forced colours.
  forced() {
    const ink = getComputedStyle(document.body).color
    return [...document.querySelectorAll("svg text")]
      .filter((text) => isSeen(text) && getComputedStyle(text).fill !== ink)
      .map((text) => ["words in a drawing keep their colour where readers choose their own", text])
  },

  // No script, and nothing kept in the reader's browser.
  quiet() {
    const found = []
    if (document.scripts.length) found.push(["the page has a script", document.scripts[0]])
    const handler = [...document.querySelectorAll("*")].find((element) =>
      element.getAttributeNames().some((attribute) => attribute.startsWith("on")))
    if (handler) found.push(["an element has an event handler", handler])
    const link = document.querySelector("a[href^='javascript:']")
    if (link) found.push(["a link is a script", link])
    if (document.cookie || localStorage.length || sessionStorage.length) {
      found.push(["the page keeps something in the browser", document.body])
    }
    return found
  },

  // On paper there is what can be read, not what can be pressed.
  printed() {
    const found = [...document.querySelectorAll("nav, form, button, select, input, a[href^='#']")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length)
      .map((element) => ["something to press is printed", element])
    if (!document.querySelector("main h1")?.getClientRects().length) {
      found.push(["the heading is not printed", document.body])
    }
    // A border on the very edge of the sheet is half lost.
    for (const notice of [...document.querySelectorAll(".notice")].filter(isSeen)) {
      const { left, right } = notice.getBoundingClientRect()
      if (left < 1 || right > document.documentElement.clientWidth - 1) {
        found.push(["the box of a notice runs to the edge of the sheet", notice])
      }
    }
    for (const table of document.querySelectorAll("main table")) {
      const cut = ancestors(table).find((one) => getComputedStyle(one).overflowX !== "visible")
      if (isSeen(table) && cut) found.push(["a table is cut off in print", table])
    }
    return found
  },

  // How many things can have the focus.
  stops() {
    return interactive().length
  },

  // Where the focus is among them, -1 when it is elsewhere.
  place() {
    return interactive().indexOf(document.activeElement)
  },
}

function isSeen(element) {
  return element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0
}

function textBox(element) {
  const range = document.createRange()
  range.selectNodeContents(element)
  return range.getBoundingClientRect()
}

// What two boxes have in common.
function common(one, other) {
  return {
    wide: Math.min(one.right, other.right) - Math.max(one.left, other.left),
    high: Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top),
  }
}

function ancestors(element) {
  const all = []
  for (let one = element.parentElement; one; one = one.parentElement) all.push(one)
  return all
}

function scrollsSideways(element) {
  return ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
}

// For screen readers only.
function isAway(element) {
  return [element, ...ancestors(element)].some((one) => {
    const style = getComputedStyle(one)
    return style.position === "absolute" && (style.clipPath !== "none" || style.clip !== "auto")
  })
}

function hasOwnText(element) {
  return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
}

function interactive() {
  return [...document.querySelectorAll("a[href], button, select, input:not([type=hidden]), textarea, summary, [tabindex='0']")]
    .filter((element) => isSeen(element) && !element.disabled)
}

function isInSentence(element) {
  if (getComputedStyle(element).display !== "inline") return false
  const block = ancestors(element).find((one) => getComputedStyle(one).display !== "inline")
  return [...block.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\p{L}/u.test(node.textContent))
}

function name(element) {
  const classes = element.getAttribute("class")
  const text = (element.getAttribute("aria-label") ?? element.textContent).trim().replace(/\s+/g, " ").slice(0, 40)
  return `<${element.tagName.toLowerCase()}${classes ? ` class="${classes}"` : ""}> “${text}”`
}

function colour(text) {
  const [red, green, blue, alpha = 1] = (text.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number)
  return { red, green, blue, alpha }
}

function background(element) {
  for (const one of [element, ...ancestors(element)]) {
    const text = getComputedStyle(one).backgroundColor
    if (colour(text).alpha > 0.99) return text
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)"
}

function luminance(text) {
  const { red, green, blue } = colour(text)
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one, other) {
  const [bright, dim] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

const result = checks[arguments[0]]()
return Array.isArray(result) ? result.map(([finding, element]) => [finding, name(element)]) : result
