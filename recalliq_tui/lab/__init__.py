"""The fault lab: servers, scenarios and sinks that misbehave on purpose."""
