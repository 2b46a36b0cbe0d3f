"""Inquiries that nobody means well, or that few think of."""

HOSTILE = {
    "script": "<script>document.title = 'taken'</script> where is my parcel",
    "image": '<img src="https://example.org/x.png" onerror="document.title = \'taken\'">parcel',
    "attribute": '"><svg onload=alert(1)> \'" onmouseover="alert(1)',
    "entities": "&lt;b&gt; &amp; &#60;i&#62;",
    "markdown": "# parcel\n[click](javascript:alert(1)) `code` $x^2$",
    "template": "{{ 7 * 7 }} ${7 * 7} {0} %s",
    "right to left": "\u202eparcel \u2066\u200fwhere\u2069",
    "emoji": "\U0001f621\U0001f468\u200d\U0001f469\u200d\U0001f467\ufe0f parcel",
    "zeros": "par\x00cel\x1b[31m\ufeff",
    "long": "parcel " * 1_430,
    "a long word": "p" * 10_000,
    "formula": '=HYPERLINK("https://example.org","parcel")',
}
