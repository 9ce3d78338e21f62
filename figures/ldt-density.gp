file = tables.'ldt-density.tsv'
cell(series, width, name) = \
  (strcol('series') eq series && column('width') == width) ? column(name) : NaN

set multiplot layout 1, panel_count margins 0.075, 0.985, 0.15, 0.86 spacing 0.05
set xrange [0:2]
set yrange [-1.2:12.5]
set xlabel 'overlap |w·w*|'
set ylabel '−ln p(w·w*)' offset 1
set key top left reverse Left
do for [panel = 1:panel_count] {
  width = value('width_'.panel)
  set title sprintf('N = %d = %g d, sampled alignment A = %.3f ± %.3f', width, \
    value('ratio_'.panel), value('alignment_'.panel), \
    value('alignment_error_'.panel))
  set label 1 sprintf("KL divergence %.3f nats (frozen %.3f)\nat finite size %.3f, with A = %.3f", \
    value('divergence_full_'.panel), value('divergence_frozen_'.panel), \
    value('divergence_finite_'.panel), value('finite_alignment_'.panel)) at graph 0.97, 0.11 right
  if (panel > 1) { unset ylabel; set format y ''; unset key }
  plot \
    file using (cell('full', width, 'overlap')):(cell('full', width, 'minus_log_density')) \
      with lines lc rgb vermilion lw 2 title 'large deviations, nothing fitted', \
    file using (cell('frozen', width, 'overlap')):(cell('frozen', width, 'minus_log_density')) \
      with lines lc rgb grey lw 2 dt 2 title 'the same, |w_⊥|² frozen at its mean', \
    file using (cell('finite', width, 'overlap')):(cell('finite', width, 'minus_log_density')) \
      with lines lc rgb green lw 2 title 'all neurons, at finite size', \
    file using (cell('sampled', width, 'overlap')):(cell('sampled', width, 'minus_log_density')):\
      (cell('sampled', width, 'low')):(cell('sampled', width, 'high')) \
      with yerrorbars pt -1 lc rgb blue notitle, \
    file using (cell('sampled', width, 'overlap')):(cell('sampled', width, 'minus_log_density')):\
      (mark(column('certified'))) \
      with points pt variable lc rgb blue notitle, \
    keyentry with points pt 7 lc rgb blue title 'sampled, ± s.e. over data sets', \
    keyentry with points pt 6 lc rgb blue title 'where a data set is not certified'
}
unset multiplot
