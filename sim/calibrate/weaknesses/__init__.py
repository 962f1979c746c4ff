"""What is weak about an export, each as a `Finding`: `quality.findings` is the door."""
