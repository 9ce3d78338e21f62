set multiplot layout 1, 2
set lmargin 8.5
file = tables.'attention-pattern.tsv'
colours = '0x0072B2 0x009E73 0xB27500 0xD55E00 0xCC79A7 0x000000'
at(l, name) = column('length') == l ? column(name) : NaN
set key top left reverse Left
set offsets graph 0.05, graph 0.05, graph 0.6, graph 0.05
do for [entry in 'interaction readout'] {
  isReadout = entry eq 'readout'
  set xlabel isReadout ? 'predicted ω = √α (L d)^{1/4}' : 'predicted ε = √α (L/d)^{1/4}'
  set ylabel isReadout ? '√⟨w_2² + w_3² − 2/d⟩, ± s.e.' : '√⟨A_{12}² + A_{13}² − 2/d²⟩, ± s.e.'
  set title sprintf('%s: sampled/predicted %.2f … %.2f', isReadout ? 'readout' : 'keys × queries', \
    value(entry.'_ratio_least'), value(entry.'_ratio_largest'))
  plot for [i = 1:length_count] file using (at(value('length_'.i), 'predicted_'.entry)):\
      (at(value('length_'.i), entry)):(at(value('length_'.i), entry.'_low')):\
      (at(value('length_'.i), entry.'_high')) with yerrorbars pt -1 lw 0.8 \
      lc rgb int(word(colours, i)) notitle, \
    for [i = 1:length_count] file using (at(value('length_'.i), 'predicted_'.entry)):\
      (at(value('length_'.i), entry)):(shape(i, column('certified'))) with points pt variable ps 0.7 \
      lc rgb int(word(colours, i)) notitle, \
    file using 'predicted_'.entry:'predicted_'.entry with lines lw 1.5 lc rgb black \
      title 'limit, nothing fitted', \
    file using 'predicted_'.entry:'finite_'.entry with points pt 1 ps 0.9 lw 1.2 lc rgb black \
      title 'free energy at this size', \
    for [i = 1:length_count] keyentry with points pt 7 lc rgb int(word(colours, i)) \
      title sprintf('L = %d', value('length_'.i)), \
    keyentry with points pt 6 lc rgb black title 'a data set uncertified'
}
unset multiplot
