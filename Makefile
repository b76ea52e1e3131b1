# Everything a developer types. `make` alone lists the commands.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=
export PYTHON

.PHONY: help setup setup-browser setup-postgres assets serve test demo pictures demo-real bench check format docs requirements clean

help:  ## 列出命令 | List the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {split($$2, text, " [|] "); printf "  make %-14s %s\n  %-19s %s\n", $$1, text[1], "", text[2]}' $(MAKEFILE_LIST)

setup: $(READY) assets  ## 建立 .venv 并安装全部依赖 | Make .venv and install everything into it (PYTHON= chooses the Python)

$(READY): requirements.txt pyproject.toml
	scripts/make-venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

assets: $(READY)  ## 下载页面所用的脚本 | Fetch the pages' scripts, by the lock file
	@scripts/fetch-assets $(BIN)/python

setup-browser:  ## 安装浏览器测试所需的 chromium 与中文字体 | Install chromium and a Chinese font for the browser tests
	@scripts/setup-browser

setup-postgres:  ## 安装测试所用的 PostgreSQL | Install PostgreSQL for the tests that use it
	@scripts/setup-postgres

serve: setup  ## 启动网页应用（ARGS="--port 8080"） | Run the web application (ARGS="--port 8080")
	$(BIN)/junheng serve $(ARGS)

test: setup setup-browser setup-postgres  ## 运行全部测试（ARGS="tests/standards -x"） | Run every test (ARGS="tests/standards -x")
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

demo: setup  ## 在示例区上走完测、划、再测，结果写入 out/demo | The loop on the example district; results in out/demo
	$(BIN)/junheng demo $(ARGS)

pictures: demo setup-browser  ## 为 README 重拍图片 | Take the pictures of the README again
	$(BIN)/python scripts/take-pictures

demo-real: setup  ## 在真实的区上走一遍，结果写入 out/demo-real（需 JUNHENG_DATA） | The loop on a real district; results in out/demo-real (needs JUNHENG_DATA)
	@if [[ ! -d "$${JUNHENG_DATA:-}/baltimore" ]]; then \
	  echo "Set JUNHENG_DATA to the data folder, the one that holds baltimore/: JUNHENG_DATA=/path/to/data make demo-real" >&2; \
	  echo "请将 JUNHENG_DATA 设为数据文件夹（其中有 baltimore/）：JUNHENG_DATA=/path/to/data make demo-real" >&2; \
	  exit 2; \
	fi
	$(BIN)/junheng demo --real "$$JUNHENG_DATA/baltimore" --out out/demo-real $(ARGS)

bench: setup  ## 列出性能基准；make bench ARGS=名称 运行一个 | List the benchmarks; make bench ARGS=name runs one
	$(BIN)/python -m benchmarks $(ARGS)

check: setup  ## 格式、类型、房间之间的箭头、文档、变更记录 | Format, types, arrows between rooms, docs, changelog
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/mkdocs build --strict --site-dir out/site
	$(BIN)/towncrier build --draft --version next --date unreleased

format: setup  ## 自动排版与修正 | Format, and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup  ## 重新生成参考页，并把文档建在 out/site | Regenerate the reference pages and build the docs in out/site
	$(BIN)/python docs/generate.py
	$(BIN)/mkdocs build --strict --site-dir out/site

requirements: setup  ## 按 pyproject.toml 重新锁定 requirements.txt | Pin requirements.txt again from pyproject.toml
	$(BIN)/python -m pip install --quiet "uv>=0.5"
	scripts/pin-requirements $(BIN)/uv $(ARGS)

clean:  ## 删除 .venv、out 与缓存 | Remove .venv, out and the caches
	rm -rf $(VENV) out build dist
	find . \( -name __pycache__ -o -name '.*_cache' -o -name .hypothesis \) -type d -prune -exec rm -rf {} +
