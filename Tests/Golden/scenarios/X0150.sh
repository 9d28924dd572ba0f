cat > idle.recipe <<'RECIPE'
workflow idle { step nothing: Shell { run: "true" } }
RECIPE
OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 OTEL_EXPORTER_OTLP_PROTOCOL=grpc converge run idle.recipe --yes
