using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Attention.Dsl;
using Pronounce;
using Spectre.Console;

const int Failed = 1;
const int SomeWordsFailed = 2;

var modelOption = new Option<string>("--model")
{
    Description = "What spells: a Transformer, or recurrent cells that attend as Bahdanau's or as Luong's.",
    DefaultValueFactory = _ => "transformer",
}.AcceptOnlyFromAmong("transformer", "bahdanau", "luong");
var wordsArgument = new Argument<string[]>("words")
{
    Description = "English words. Without any, words are read from standard input, separated by white space.",
};
var beamOption = new Option<int>("--beam")
{
    Description = $"How many beams the search has, 1 to {Speller.MostBeams}; with 1 it is greedy.",
    DefaultValueFactory = _ => Speller.DefaultBeams,
};
var nBestOption = new Option<int?>("--n-best")
{
    Description = "Print so many of the likeliest pronunciations, a line each, and their probabilities; at most as many as there are beams.",
};
var attentionOption = new Option<bool>("--attention")
{
    Description = "Draw which letters each phoneme looks at.",
};
var pageOption = new Option<string?>("--attention-html")
{
    Description = "Write a page that shows the attention of every layer and head for one word.",
};
var evaluateOption = new Option<bool>("--evaluate")
{
    Description = "Pronounce the words that the model was not trained on, greedily and by beam search, and print error rates, gain and speed.",
};
var jsonOption = new Option<bool>("--json")
{
    Description = "Print JSON: an object a line for words, one object for --evaluate.",
};
var command = new RootCommand("""
    Spells out how English words are pronounced, with a small Transformer or with recurrent cells.
    A line of the answer is the word, a tab and its phonemes in the notation of the CMU pronouncing dictionary.

    The environment variable ATTENTION_ISA = avx512 | avx2 | portable says what to compute with; the best of the machine unless set.
    Exit codes: 0 success, 1 a wrong command line, weights that cannot be loaded or a page that cannot be written, 2 a word that cannot be pronounced.
    """)
{
    wordsArgument,
    modelOption,
    beamOption,
    nBestOption,
    attentionOption,
    pageOption,
    evaluateOption,
    jsonOption,
};
command.SetAction(Run);
return command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).Invoke();

int Run(ParseResult parsed)
{
    string[] words = parsed.GetValue(wordsArgument)!;
    int beams = parsed.GetValue(beamOption);
    int? nBest = parsed.GetValue(nBestOption);
    string? page = parsed.GetValue(pageOption);
    bool evaluate = parsed.GetValue(evaluateOption), json = parsed.GetValue(jsonOption), attention = parsed.GetValue(attentionOption);
    if (parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).FirstOrDefault(token => token is { Type: TokenType.Argument, Value: ['-', .. var rest] } && !int.TryParse(rest, out _)) is { } unknown)
        return Fail($"unknown option '{unknown.Value}'; see --help (a word that begins with a hyphen goes after '--')");
    if (beams is < 1 or > Speller.MostBeams)
        return Fail(string.Create(CultureInfo.InvariantCulture, $"--beam is {beams}; expected 1 to {Speller.MostBeams}"));
    if (nBest < 1 || nBest > beams)
        return Fail(string.Create(CultureInfo.InvariantCulture, $"--n-best is {nBest}; expected 1 to {beams}, as many as --beam says"));
    if (evaluate && words.Length > 0)
        return Fail($"--evaluate takes no words, found '{words[0]}'");
    if (evaluate && (nBest is not null || attention || page is not null))
        return Fail("--evaluate goes with --model, --beam and --json only");
    if ((attention || page is not null) && (nBest is not null || json))
        return Fail("--attention and --attention-html do not go with --n-best and --json");
    if (page is not null && words.Length != 1)
        return Fail(string.Create(CultureInfo.InvariantCulture, $"--attention-html shows one word, found {words.Length}"));

    try
    {
        SpellingModel model = Enum.Parse<SpellingModel>(parsed.GetValue(modelOption)!, ignoreCase: true);
        string weights = Path.Combine(AppContext.BaseDirectory, model == SpellingModel.Transformer ? "pronounce.safetensors" : $"pronounce-{parsed.GetValue(modelOption)}.safetensors");
        using Speller speller = Speller.Load(weights, null, beams, attention || page is not null, model);
        if (evaluate)
        {
            using Speller greedy = Speller.Load(weights, null, beams: 1, model: model);
            return Evaluate(greedy, speller, TestWord.Read(Path.Combine(AppContext.BaseDirectory, "test.tsv")), json);
        }

        IEnumerable<string> asked = words.Length > 0 ? words : ReadWords();
        return attention || page is not null ? Look(speller, asked, attention, page) : nBest is int count ? Rank(speller, asked, count, json) : Answer(speller, asked, json);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or WeightsException or PlatformNotSupportedException or InvalidOperationException or ArgumentException)
    {
        return Fail(e.Message);
    }
}

static int Answer(Speller speller, IEnumerable<string> words, bool json)
{
    int code = 0;
    foreach (string word in words)
    {
        if (speller.TryPronounce(word, out string[] phonemes, out string? problem))
            Console.WriteLine(json ? JsonSerializer.Serialize(new SpokenWord(word, phonemes), Json.Lines.SpokenWord) : $"{word}\t{string.Join(' ', phonemes)}");
        else
            code = Fail(problem, SomeWordsFailed);
    }

    return code;
}

static int Rank(Speller speller, IEnumerable<string> words, int count, bool json)
{
    int code = 0;
    foreach (string word in words)
    {
        if (!speller.TryRank(word, count, out Pronunciation[] pronunciations, out string? problem))
        {
            code = Fail(problem, SomeWordsFailed);
            continue;
        }

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new RankedWord(word, pronunciations), Json.Lines.RankedWord));
        foreach (Pronunciation pronunciation in json ? [] : pronunciations)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word}\t{string.Join(' ', pronunciation.Phonemes)}\t{pronunciation.Probability:F4}"));
    }

    return code;
}

static int Look(Speller speller, IEnumerable<string> words, bool draw, string? page)
{
    int code = 0;
    foreach (string word in words)
    {
        if (!speller.LookAt(word, out string[] phonemes, out AttentionMap[] maps, out string? problem))
        {
            code = Fail(problem, SomeWordsFailed);
            continue;
        }

        string title = $"{word} → {string.Join(' ', phonemes)}";
        if (draw)
        {
            Console.OutputEncoding = Encoding.UTF8;
            AttentionDrawing.Console(Console.Out, Console.IsOutputRedirected).Write(new AttentionDrawing(title, maps[0], null, null));
        }

        if (page is not null)
        {
            File.WriteAllText(page, AttentionPage.Html(title, maps));
            Console.WriteLine($"{word}\t{string.Join(' ', phonemes)}\t{page}");
        }
    }

    return code;
}

static IEnumerable<string> ReadWords()
{
    if (!Console.IsInputRedirected)
        Console.Error.WriteLine("Type words, as many a line as you like; Ctrl+D (on Windows Ctrl+Z) ends.");
    while (Console.In.ReadLine() is { } line)
    {
        foreach (string word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            yield return word;
    }
}

static int Evaluate(Speller greedy, Speller search, TestWord[] words, bool json)
{
    Speller[] spellers = search.Beams == 1 ? [greedy] : [greedy, search];
    Evaluation[] evaluations = [];
    if (json || Console.IsErrorRedirected)
    {
        evaluations = [.. spellers.Select(speller => Evaluation.Run(speller, words, () => { }))];
    }
    else
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().AutoClear(true).Start(progress =>
        {
            ProgressTask bar = progress.AddTask("words", maxValue: words.Length * spellers.Length);
            evaluations = [.. spellers.Select(speller => Evaluation.Run(speller, words, () => bar.Increment(1)))];
        });
    }

    string isa = greedy.InstructionSet.ToString().ToLowerInvariant();
    if (json)
    {
        var report = new Report(isa, [.. spellers.Zip(evaluations, (speller, evaluation) => SearchReport.Of(speller.Beams, evaluation))]);
        Console.WriteLine(JsonSerializer.Serialize(report, Json.Lines.Report));
        return 0;
    }

    Console.WriteLine((new string(' ', 20) + string.Concat(spellers.Select(speller => speller.Beams == 1 ? "    greedy" : $"{"beam " + speller.Beams.ToString(CultureInfo.InvariantCulture),10}"))
        + (spellers.Length > 1 ? $"{"gain",10}" : "")).TrimEnd());
    Print("word error rate", evaluations, score => score.Wrong, score => score.Words, "words");
    Print("  without stress", evaluations, score => score.WrongWithoutStress, score => score.Words, "words");
    Print("phoneme error rate", evaluations, score => score.PhonemeErrors, score => score.Phonemes, "phonemes");
    Console.WriteLine($"{"words per second",-20}{string.Concat(evaluations.Select(evaluation => evaluation.WordsPerSecond.ToString("F0", CultureInfo.InvariantCulture).PadLeft(10)))}  {isa}");
    return 0;
}

static void Print(string name, Evaluation[] evaluations, Func<Score, int> errors, Func<Score, int> count, string unit)
{
    double[] rates = [.. evaluations.Select(evaluation => 100.0 * errors(evaluation.Score) / count(evaluation.Score))];
    string columns = string.Concat(rates.Select(rate => string.Create(CultureInfo.InvariantCulture, $"{rate,8:F2} %")));
    string gain = rates.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"{rates[0] - rates[^1],8:F2} %") : "";
    string counts = string.Join(" → ", evaluations.Select(evaluation => errors(evaluation.Score).ToString(CultureInfo.InvariantCulture)));
    Console.WriteLine($"{name,-20}{columns}{gain}  ({counts} of {count(evaluations[0].Score).ToString(CultureInfo.InvariantCulture)} {unit})");
}

static int Fail(string problem, int code = Failed)
{
    Console.Error.WriteLine("pronounce: " + problem);
    return code;
}
