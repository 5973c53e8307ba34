namespace Attention.Text;

/// <summary>One template for a text, another for a pair. BERT's and RoBERTa's processing are such, too.</summary>
internal sealed class TemplatePostProcessor(TemplatePart[] single, TemplatePart[] pair, bool trimOffsets = false) : IPostProcessor
{
    /// <summary>Without a file's word: the texts, typed 0 and 1.</summary>
    public static readonly TemplatePostProcessor Plain = new([TemplatePart.Text(0, 0)], [TemplatePart.Text(0, 0), TemplatePart.Text(1, 1)]);

    public ReadOnlySpan<TemplatePart> Template(bool isPair) => isPair ? pair : single;

    /// <summary>Leaves spaces out of tokens that begin or end with them; added tokens keep those that they took.</summary>
    public void TrimOffsets(ReadOnlySpan<char> source, TokenList tokens, AddedTokens added)
    {
        if (!trimOffsets) return;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (added[tokens.Ids[i]] is not null) continue;
            ref int start = ref tokens.Starts[i], end = ref tokens.Ends[i];
            while (start < end && source[start] == ' ') start++;
            while (start < end && source[end - 1] == ' ') end--;
        }
    }

    public static TemplatePostProcessor Bert(int separator, int classifier) => new(
        [TemplatePart.Special(classifier, 0), TemplatePart.Text(0, 0), TemplatePart.Special(separator, 0)],
        [TemplatePart.Special(classifier, 0), TemplatePart.Text(0, 0), TemplatePart.Special(separator, 0), TemplatePart.Text(1, 1), TemplatePart.Special(separator, 1)]);

    public static TemplatePostProcessor Roberta(int separator, int classifier, bool trimOffsets)
    {
        TemplatePart begin = TemplatePart.Special(classifier, 0), end = TemplatePart.Special(separator, 0);
        return new([begin, TemplatePart.Text(0, 0), end], [begin, TemplatePart.Text(0, 0), end, end, TemplatePart.Text(1, 0), end], trimOffsets);
    }

    public static IPostProcessor Read(JsonPart json)
    {
        string kind = json["type"].String();
        switch (kind)
        {
            case "TemplateProcessing":
                json.Only("type", "single", "pair", "special_tokens");
                return new TemplatePostProcessor(ReadTemplate(json["single"], json["special_tokens"], 1), ReadTemplate(json["pair"], json["special_tokens"], 2));
            case "BertProcessing":
                json.Only("type", "sep", "cls");
                return Bert(Special(json["sep"]), Special(json["cls"]));
            case "RobertaProcessing":
                json.Only("type", "sep", "cls", "trim_offsets", "add_prefix_space");
                return Roberta(Special(json["sep"]), Special(json["cls"]), json["trim_offsets"].Bool(true));
            case "ByteLevel":
                json.Only("type", "add_prefix_space", "trim_offsets", "use_regex");
                return new TemplatePostProcessor(Plain.Template(false).ToArray(), Plain.Template(true).ToArray(), json["trim_offsets"].Bool(true));
            case "Sequence":
                json.Only("type", "processors");
                return Sequence(json["processors"]);
            default:
                throw json["type"].Error($"the post-processor '{kind}' is not known; known are TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence");
        }
    }

    /// <summary>Trimming beside at most one template.</summary>
    private static TemplatePostProcessor Sequence(JsonPart processors)
    {
        TemplatePostProcessor? template = null;
        bool trims = false;
        foreach (JsonPart part in processors.Items())
        {
            var processor = (TemplatePostProcessor)Read(part);
            trims |= processor.Trims;
            if (part["type"].String() == "ByteLevel") continue;
            if (template is not null) throw part.Error("a sequence of post-processors has at most one template");
            template = processor;
        }
        template ??= Plain;
        return new(template.Template(false).ToArray(), template.Template(true).ToArray(), trims);
    }

    private bool Trims => trimOffsets;

    /// <summary>A pair of a token's text and its id.</summary>
    private static int Special(JsonPart json)
    {
        JsonPart[] pair = [.. json.Items()];
        if (pair.Length != 2) throw json.Error($"expected a token and its id, found {pair.Length} items");
        return pair[1].Int();
    }

    private static TemplatePart[] ReadTemplate(JsonPart template, JsonPart specialTokens, int texts)
    {
        var parts = new List<TemplatePart>();
        foreach (JsonPart item in template.Items())
        {
            item.Only("SpecialToken", "Sequence");
            JsonPart special = item["SpecialToken"], sequence = item["Sequence"];
            if (!sequence.IsNull)
            {
                string name = sequence["id"].String();
                int number = name == "A" ? 0 : name == "B" && texts == 2 ? 1 : throw sequence["id"].Error($"expected {(texts == 2 ? "A or B" : "A")}, found '{name}'");
                if (parts.Exists(part => part.Sequence == number)) throw sequence["id"].Error($"the text {name} stands here twice");
                parts.Add(TemplatePart.Text(number, TypeId(sequence)));
                continue;
            }
            JsonPart token = specialTokens[special["id"].String()];
            if (token.IsNull) throw special["id"].Error("the token is not among special_tokens");
            foreach (JsonPart id in token["ids"].Items()) parts.Add(TemplatePart.Special(id.Int(), TypeId(special)));
        }
        if (parts.Count(part => part.Sequence >= 0) != texts) throw template.Error(texts == 2 ? "expected the texts A and B" : "expected the text A");
        return [.. parts];
    }

    private static int TypeId(JsonPart json) => json["type_id"].IntOrNull() ?? 0;
}
