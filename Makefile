# SPDX-License-Identifier: Apache-2.0
SHELL := /bin/bash
PREFIX ?= /usr/local
CONVERGE := $(CURDIR)/.build/release/converge
DEMO := $(CURDIR)/.build/demo
RECIPE := recommendation-system

.PHONY: help setup build test demo demo-stop bench install format lint tables docs clean

help: ## This list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Installs what is missing: libedit, SQLite, Python 3 with pip, tmux
	@missing=""; \
	[ -e /usr/include/histedit.h ] || missing="$$missing libedit-dev"; \
	[ -e /usr/include/sqlite3.h ] || missing="$$missing libsqlite3-dev"; \
	command -v python3 >/dev/null || missing="$$missing python3"; \
	python3 -m pip --version >/dev/null 2>&1 || missing="$$missing python3-pip"; \
	command -v tmux >/dev/null || missing="$$missing tmux"; \
	if [ -n "$$missing" ]; then \
	  echo "Installing$$missing"; \
	  as=""; [ "$$(id -u)" = 0 ] || as=sudo; \
	  $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq $$missing >/dev/null; \
	fi

build: setup ## A release build that runs as it is: .build/release/converge
	swift build -c release
	@$(CONVERGE) plugin manifest .build/release/libStandard.so .build/release/libLocal.so .build/release/libAWS.so

test: build ## All tests: unit tests in debug, end-to-end tests against the release executable
	swift build --build-tests
	@.build/debug/converge plugin manifest .build/debug/libStandard.so .build/debug/libLocal.so .build/debug/libAWS.so
	python3 -m unittest discover -q Tests/Fixtures/recommendation
	swift test --skip-build --skip 'DocumentationTests|EndToEndTests'
	CONVERGE_EXECUTABLE=$(CONVERGE) swift test --skip-build --filter DocumentationTests
	CONVERGE_EXECUTABLE=$(CONVERGE) swift test --skip-build --no-parallel --filter EndToEndTests

demo: build ## Runs the recommendation recipe on the local platform and leaves its endpoint up
	@rm -rf $(DEMO)/recipe.new && mkdir -p $(DEMO)
	@if [ -d $(DEMO)/$(RECIPE) ]; then cp -R Recipes/$(RECIPE)/. $(DEMO)/$(RECIPE)/; else cp -R Recipes/$(RECIPE) $(DEMO)/$(RECIPE); fi
	cd $(DEMO)/$(RECIPE) && $(CONVERGE) $(RECIPE).recipe --yes
	@echo
	@echo "The endpoint is up. Try next:"
	@echo "  curl -s $$(cd $(DEMO)/$(RECIPE) && $(CONVERGE) show endpoint.url)/predict -d '{\"customer\": \"42\", \"top\": 3}'"
	@echo "  cd $(DEMO)/$(RECIPE) && $(CONVERGE)      # the prompt: try 'show', 'runs', 'explain ModelServing'"
	@echo "  make demo                                # again: nothing changed, so nothing is executed"
	@echo "  make demo-stop                           # stops the endpoint and removes what the demo made"

demo-stop: ## Stops the demo's endpoint and removes what it made
	@[ ! -d $(DEMO)/$(RECIPE) ] || (cd $(DEMO)/$(RECIPE) && $(CONVERGE) destroy $(RECIPE).recipe --yes)
	@rm -rf $(DEMO)

bench: build ## Measures against peers in the same run
	@python3 Tests/Benchmarks/bench.py $(CONVERGE)

install: build ## Installs below PREFIX (/usr/local)
	@install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/converge/sdk
	@install -m 0755 .build/release/converge $(DESTDIR)$(PREFIX)/bin/converge
	@install -m 0644 .build/release/libConvergeSDK.so .build/release/libStandard.so .build/release/libLocal.so \
	  .build/release/libAWS.so .build/release/Standard.json .build/release/Local.json .build/release/AWS.json $(DESTDIR)$(PREFIX)/lib/converge/
	@cp -R Sources/ConvergeSDK/. $(DESTDIR)$(PREFIX)/lib/converge/sdk/
	@ldd .build/release/converge .build/release/libLocal.so .build/release/libStandard.so .build/release/libAWS.so \
	  | awk '/=> .*swift.*\.so|=> .*Foundation.*\.so|=> .*dispatch.*\.so|=> .*BlocksRuntime.*\.so/ { print $$3 }' | sort -u \
	  | grep -v '/libConvergeSDK.so$$' | xargs -I{} install -m 0644 {} $(DESTDIR)$(PREFIX)/lib/converge/
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/converge"

format: ## Formats the Swift sources and the recipes
	swift format --in-place --recursive --parallel Package.swift Sources Plugins Tests
	$(CONVERGE) fmt Recipes Plugins

lint: ## Fails where the formatter would change something, the linter complains or the AWS tables are wrong
	swift format lint --strict --recursive --parallel Package.swift Sources Plugins Tests
	python3 Plugins/AWS/Tables/tables.py --check
	python3 Plugins/AWS/Models/reduce.py --check
	python3 Plugins/AWS/Kinds/validate.py
	python3 Plugins/AWS/Kinds/page.py --check
	python3 Plugins/AWS/Prices/check.py

tables: ## Writes the AWS plugin's service models, list of tables and list of kinds anew, from its kinds, mappings and prices
	python3 Plugins/AWS/Models/reduce.py
	python3 Plugins/AWS/Tables/tables.py
	python3 Plugins/AWS/Kinds/page.py

docs: build ## Writes the reference pages that come from the code
	$(CONVERGE) docs docs

clean: ## Removes what was built
	rm -rf .build
