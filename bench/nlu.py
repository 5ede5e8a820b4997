"""``make bench-nlu``: our understanding beside stock Rasa's, same training sentences, same validation questions.

All are trained on the sentences of every language at once, and reported language by language. CPU times and ratios hold
on a shared machine; wall times do not.
"""

def measured(arguments: argparse.Namespace) -> list[Run]:
    """Every system's run, each kept in ``var/bench`` as soon as it is there."""
    found: list[Run] = []

    def keep(run: Run) -> None:
        runs.save(run, WORK / f"{run.system.split(',')[0].replace(' ', '-')}.run.json")
        found.append(run)
        print(f"{run.system}: trained in {run.training.cpu:.0f} s of CPU", file=sys.stderr, flush=True)

    try:
        Encoder(ours.ENCODER)
        keep(ours.measure(ours.ENCODER))
    except EncoderMissing as missing:
        print(f"{missing}: measured without", file=sys.stderr)
    keep(ours.measure(None))
    if not arguments.skip_stock:
        try:
            stock.environment()
        except stock.StockMissing as missing:
            print(f"stock Rasa is left out: {missing}", file=sys.stderr)
            return found
        keep(stock.measure(f"Rasa DIET, {arguments.epochs} epochs", stock.diet(arguments.epochs), arguments.epochs))
        keep(stock.measure("Rasa logistic regression", stock.logistic_regression(), arguments.epochs))
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench-nlu", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    parser.add_argument("--skip-stock", action="store_true", help="leave stock Rasa out")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of DIET (its default is 100; default here: 5)")
    arguments = parser.parse_args()
    asked = list(questions(ours.LANGUAGE))
    kinds = {kind: sum(question.kind == kind for question in asked) for kind in SEPARATE}
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    print(f"{len(asked)} validation questions: {counts}; the rest is dialogue")
    trained = [sentence.text for sentence in ours.training_sentences()]
    unlike = scores.unlike([question.text for question in asked], trained)
    print(f"{len(unlike)} of them share less than {scores.ALIKE:.0%} of their words with any training sentence\n")
    found = [Scored.of(run, asked, Thresholds(), unlike) for run in measured(arguments)]
    print(report(found))
    if arguments.json:
        data: dict[str, Any] = {s.run.system: {**figures(s), **costs(s.run)} for s in found}
        data["thresholds"] = asdict(Thresholds())
        arguments.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
